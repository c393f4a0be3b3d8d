/** What a suite is: a measurement of the project by itself, with figures for programs and a table for people. */
export interface SuiteResult {
  /** Every figure with its unit in its name, the machine, the versions and the number of runs. */
  figures: { suite: string; [key: string]: unknown };
  /** The same for people, Markdown. */
  report: string;
  /** What the suite promises and did not hold, one sentence each; empty when all is well. */
  failures: string[];
}

export interface Suite {
  name: string;
  /** One line for the list of suites. */
  about: string;
  run(progress: (line: string) => void): Promise<SuiteResult>;
}

/** A Markdown table; numbers to the right. */
export const table = (header: readonly string[], rows: readonly (readonly (string | number)[])[]): string => {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, column) => (typeof rows[0]?.[column] === 'number' ? '---:' : '---'));
  return [line(header), line(rule), ...rows.map(line)].join('\n');
};

export const tenths = (value: number): number => Math.round(value * 10) / 10;
