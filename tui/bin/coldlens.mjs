#!/usr/bin/env node
// Starts the coldlens command. Plain JavaScript that old Nodes can read: what it imports, they cannot.

const least = [22, 15];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < least[0] || (major === least[0] && minor < least[1])) {
  console.error(`coldlens: Node ${least.join('.')} or newer is needed, and this is ${process.versions.node}.`);
  console.error(
    '  next: Install a newer Node, or in a clone of coldlens run npm ci and npm start, which bring their own.',
  );
  process.exitCode = 2;
} else {
  // React's development build leaks performance entries and takes three times the CPU. Imports are hoisted, so this
  // must be set before the module that imports Ink is asked for.
  process.env.NODE_ENV = 'production';
  // Ink's colours come from chalk, which knows FORCE_COLOR only. See https://no-color.org: any non-empty value counts.
  if (process.env.NO_COLOR) process.env.FORCE_COLOR = '0';
  // What was compiled before need not be compiled again: a third of the time until something is shown. Only where the user's
  // own caches are, which nobody else may write to; where that cannot be written, nothing is kept. Child processes do not take it
  // over: how long functions take to start is measured in those.
  const { XDG_CACHE_HOME, HOME, LOCALAPPDATA } = process.env;
  const caches = XDG_CACHE_HOME || (HOME ? `${HOME}/.cache` : LOCALAPPDATA);
  if (caches) (await import('node:module')).enableCompileCache(`${caches}/coldlens/compiled`);
  const { main } = await import('../dist/cli/main.js');
  await main(process.argv.slice(2));
}
