#!/usr/bin/env node
// Starts the coldlens-bench command. Plain JavaScript that old Nodes can read: what it imports, they cannot.

const least = [22, 15];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < least[0] || (major === least[0] && minor < least[1])) {
  console.error(`coldlens-bench: Node ${least.join('.')} or newer is needed, and this is ${process.versions.node}.`);
  console.error('  next: Install a newer Node; functions can still be measured on an older one with --node.');
  process.exitCode = 2;
} else {
  const { main } = await import('../dist/src/cli/main.js');
  await main(process.argv.slice(2));
}
