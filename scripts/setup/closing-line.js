"use strict";

/** `N passed, N failed[, N skipped]` of jest's JSON report. A test file that could not be run counts as one failed. */
function closingLine(report) {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const skipped = report.numPendingTests + report.numTodoTests;
  const counts = [`${report.numPassedTests} passed`, `${failed} failed`];
  return [...counts, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(", ");
}

module.exports = { closingLine };
