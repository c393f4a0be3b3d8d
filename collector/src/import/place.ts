/** Where the records of a file are from, as far as its path tells. */
import { functionOfGroup } from '../platforms/aws/log-sources.ts';
import type { Place } from '../platforms/format.ts';
import { exitCode, Trouble } from '../trouble.ts';

/** What a person says of where records are from. */
export interface Asked extends Pick<Place, 'account' | 'region' | 'functionName'> {
  /** The log group of lines that do not carry theirs, and functions of groups that have names of their own: `GROUP=FUNCTION`. */
  logGroup?: string;
}

/** @throws Trouble (wrong usage) for a group of which no function follows */
export const askedPlace = ({ logGroup, ...place }: Asked): Place => {
  const groups = (logGroup ?? '').split(',').filter((word) => word !== '');
  const told = groups.filter((group) => group.includes('=')).map((group) => readPair(group));
  const [alone, ...others] = groups.filter((group) => !group.includes('='));
  if (others.length > 0) {
    throw new Trouble(
      `--log-group is ${JSON.stringify(shortened(logGroup ?? ''))}: lines that carry no group can only be of one.`,
      'Say of the others which function each is of: GROUP=FUNCTION.',
      exitCode.usage,
    );
  }
  const functionName = place.functionName ?? (alone === undefined ? undefined : functionOfGroup(alone));
  if (alone !== undefined && functionName === undefined) {
    throw new Trouble(
      `--log-group is ${JSON.stringify(shortened(alone))}, which names no function: those of Lambda are /aws/lambda/FUNCTION.`,
      'Say with --function which function its lines are of, or here: GROUP=FUNCTION.',
      exitCode.usage,
    );
  }
  return {
    ...place,
    ...(functionName !== undefined && { functionName }),
    ...(told.length > 0 && { functionOfGroup: Object.fromEntries(told) }),
  };
};

const shortened = (text: string): string => text.slice(0, 80);

const readPair = (text: string): [group: string, functionName: string] => {
  const [group = '', functionName = '', ...more] = text.split('=').map((word) => word.trim());
  if (group !== '' && functionName !== '' && more.length === 0) return [group, functionName];
  throw new Trouble(
    `--log-group has ${JSON.stringify(shortened(text))}, which does not say which function is of which group.`,
    'Say it so: GROUP=FUNCTION,GROUP=FUNCTION.',
    exitCode.usage,
  );
};

/** `aws/lambda/<function>` as an export to S3 has it where its prefix is the log group's name. */
const inGroup = /(?:^|[/\\])aws[/\\]lambda[/\\]([^/\\]+)[/\\]/;
/** A stream's name, whose slashes an export to S3 makes dashes. */
const stream = /(?:^|[/\\])(\d{4})[-/](\d\d)[-/](\d\d)[-/]([^/\\]*\[[^/\\\]]{1,128}\][0-9a-f]{32})(?:[/\\.]|$)/;

/** What was asked for comes first. */
export const placeOf = (asked: Place, path: string): Place => {
  const functionName = asked.functionName ?? inGroup.exec(path)?.[1] ?? functionOnPath(asked, path);
  const [, year, month, day, rest] = stream.exec(path) ?? [];
  return {
    ...asked,
    ...(functionName !== undefined && { functionName }),
    ...(rest !== undefined && { logStream: `${year}/${month}/${day}/${rest}` }),
  };
};

/** Folders may have the name of a group. */
const functionOnPath = ({ functionOfGroup: told = {} }: Place, path: string): string | undefined => {
  const folders = `/${path.replaceAll('\\', '/')}`;
  return Object.entries(told).find(([group]) => folders.includes(`/${group.replace(/^\/|\/$/g, '')}/`))?.[1];
};
