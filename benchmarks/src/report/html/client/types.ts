/** What the page's own data looks like; made in ../flames.ts, read in the browser. */

/** 1 = not on the other side at all; 2 = slower than there. */
export type FlameMark = 0 | 1 | 2;

/** Name, index of the package, self ms, total ms, mark, children. An array, because there are thousands of them. */
export type FlameFrame = [
  name: string,
  packageIndex: number,
  selfMs: number,
  totalMs: number,
  mark: FlameMark,
  children: FlameFrame[],
];

export interface FunctionFlames {
  /** Names; '' = the user's own code. */
  packages: string[];
  head: FlameFrame | null;
  base: FlameFrame | null;
}
