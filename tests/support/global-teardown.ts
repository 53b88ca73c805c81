import { endTestRun } from "./run";

export = () => endTestRun();
