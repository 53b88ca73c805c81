export { createRabbitmqProvider } from "./provider";
