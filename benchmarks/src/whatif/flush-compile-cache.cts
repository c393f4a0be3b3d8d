/**
 * A preload: writes Node's compile cache when the process is told to end. Node does so at an exit of its own only, and an
 * instance is ended by a signal.
 */
process.prependListener('SIGTERM', () => {
  process.getBuiltinModule('node:module').flushCompileCache();
  process.exit(0);
});
