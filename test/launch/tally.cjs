'use strict';

const fs = require('fs');
const path = require('path');
const { ROOT } = require('../../server/launch/run-program.cjs');

const REPORTS = path.join(ROOT, '.cache', 'test');

/** A fresh report, so that a run which ends early is not counted by the one before. */
function reportFile(name) {
  fs.mkdirSync(REPORTS, { recursive: true });
  const file = path.join(REPORTS, name);
  fs.rmSync(file, { force: true });
  return file;
}

/** The exit status has the last word: a run that failed without a failed test failed. */
function settle(status, count) {
  return status !== 0 && count.failed === 0 ? { passed: count.passed, failed: 1 } : count;
}

function readJson(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}

/**
 * Counts a Vitest report. A file that could not even be loaded is one failure; a test that was skipped is
 * one too: a suite that quietly tests less is worse than a red one.
 */
function countVitest(file) {
  const report = readJson(file);
  if (report === undefined) return { passed: 0, failed: 1 };
  const broken = report.testResults.filter(
    (suite) =>
      suite.status === 'failed' && !suite.assertionResults.some((one) => one.status === 'failed'),
  ).length;
  const skipped = report.numPendingTests + report.numTodoTests;
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken + skipped };
}

/** Counts a Playwright report; a test that passed only on a retry did not pass. */
function countPlaywright(file) {
  const report = readJson(file);
  if (report === undefined) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + skipped + report.errors.length };
}

module.exports = { countPlaywright, countVitest, reportFile, settle };
