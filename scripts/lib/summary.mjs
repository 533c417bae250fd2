// What the outcomes of test runs count, and the table and closing line made of them. No files, no processes.

/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Count */

/** @returns {Count} */
export const nothing = () => ({ passed: 0, failed: 0, skipped: 0, failures: [] });

/** @returns {Count} */
export const oneFailure = (what) => ({ ...nothing(), failed: 1, failures: [what] });

/**
 * Of jest's own report (--json); a file of tests that could not run at all counts as one failure.
 * @returns {Count}
 */
export function countReport(report, root) {
  const failures = report.testResults.flatMap(({ name, status, assertionResults }) => {
    const file = name.startsWith(`${root}/`) ? name.slice(root.length + 1) : name;
    const failed = assertionResults.filter((result) => result.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`${file}: could not run`];
    return failed.map((result) => `${file}: ${result.fullName}`);
  });
  const { numPassedTests: passed, numPendingTests, numTodoTests } = report;
  return { passed, failed: failures.length, skipped: numPendingTests + numTodoTests, failures };
}

/** A run of jest that ended with this: its report's count, or a failure when it ended badly without one to show. */
export function countRun(name, ended, report, root) {
  const count = report === undefined ? nothing() : countReport(report, root);
  if (ended === 0 && report === undefined) return oneFailure(`${name}: ended without a report`);
  if (ended === 0 || count.failed > 0) return count;
  return { ...count, failed: 1, failures: [`${name}: ended with ${ended} before its tests did`] };
}

/** The failures by name, the table of steps, and one closing line. */
export function summarize(rows) {
  const failures = rows.flatMap((row) => row.failures);
  const table = rows.map(({ name, seconds, passed, failed, skipped }) => {
    const cells = [seconds.toFixed(1).padStart(8), ...[passed, failed, skipped].map((n) => String(n).padStart(9))];
    return `${name.padEnd(6)}${cells.join('')}`;
  });
  return [
    ...(failures.length > 0 ? ['', 'failed:', ...failures.map((failure) => `  ${failure}`)] : []),
    '',
    'step   seconds   passed   failed  skipped',
    ...table,
  ].join('\n');
}

/** Such as "812 passed, 0 failed", with ", 3 skipped" only when there are some. */
export function closingLine(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
