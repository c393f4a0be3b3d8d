/** One line of the screen: a single `<Text>`, drawn again only when its pieces change (a `<Box>` per cell costs twice the CPU). */
import { Text } from 'ink';
import { memo } from 'react';
import type { Line, Segment } from '../format/segments.ts';

export const ScreenLine = memo(
  function ScreenLine({ line }: { line: Line }) {
    // A text without a character has no height: the line below would move up.
    if (line.every(({ text }) => text === '')) return <Text> </Text>;
    return (
      <Text wrap="truncate">
        {line.map((segment, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
          <Piece key={index} segment={segment} />
        ))}
      </Text>
    );
  },
  (before, after) =>
    before.line.length === after.line.length &&
    before.line.every((segment, index) => samePiece(segment, after.line[index])),
);

function Piece({ segment: { text, color, bold, dim } }: { segment: Segment }) {
  return (
    <Text {...(color === undefined ? {} : { color })} bold={bold === true} dimColor={dim === true}>
      {text}
    </Text>
  );
}

const samePiece = (a: Segment, b: Segment | undefined): boolean =>
  a.text === b?.text && a.color === b.color && a.bold === b.bold && a.dim === b.dim;
