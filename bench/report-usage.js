"use strict";
// Preloaded into a measured process: writes what it used to a file when it ends.
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const seconds = process.uptime();
  const usage = { seconds, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, mebibytes: maxRSS / 1024 };
  if (process.env.GROUNDWORK_USAGE_FILE) writeFileSync(process.env.GROUNDWORK_USAGE_FILE, JSON.stringify(usage));
});
