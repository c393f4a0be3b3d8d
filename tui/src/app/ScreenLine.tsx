/**
 * One line of the screen, drawn again only when it is another line.
 *
 *   Ink is given a blank in the line's place, and the line itself when it writes that blank: to measure, wrap and cut every line
 *   of every frame anew took it two thirds of a frame's time, and lines come measured and cut.
 */
import { Transform, useStdout } from 'ink';
import { memo } from 'react';
import { type Line, lineText, truncateLine } from '../format/segments.ts';
import type { Theme } from '../format/theme.ts';
import { styledLine } from './styled.ts';

export interface ScreenLineProps {
  line: Line;
  columns: number;
  /** At the end of what is cut. */
  mark: string;
  theme: Theme;
}

export const ScreenLine = memo(function ScreenLine({ line, columns, mark, theme }: ScreenLineProps) {
  const stdout = useStdout().stdout as NodeJS.WriteStream;
  const within = (width: number): string => styledLine(truncateLine(line, width, mark), theme);
  const usual = within(columns);
  // When the terminal becomes narrower, Ink draws once more before anybody is told of its new width.
  const draw = (): string => (stdout.columns < columns ? within(stdout.columns) : usual);
  return (
    <Transform transform={draw} accessibilityLabel={lineText(line)}>
      {' '}
    </Transform>
  );
});
