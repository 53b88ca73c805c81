export { createRabbitmqAccountsProvider } from "./provider";
