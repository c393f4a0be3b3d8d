/**
 * A preload of plain programs: tells at the exit what the process has used, for afterwards nobody can read it any more.
 * Nothing happens before, and it keeps itself from what the program starts: their standard arguments and variables are
 * as without it.
 */
{
  const { pid, fd } = JSON.parse(process.env.COLDLENS_AT_EXIT ?? '{}') as { pid?: number; fd?: number };
  delete process.env.COLDLENS_AT_EXIT;
  // Worker threads and children get preloads too.
  if (pid === process.ppid && fd !== undefined) {
    process.execArgv.splice(process.execArgv.indexOf('--require'), 2);
    process.once('exit', () => {
      const fs = process.getBuiltinModule('node:fs');
      const { user, system } = process.cpuUsage();
      // Children that have ended: user and system time in ticks, fields 16 and 17; the name before may hold blanks.
      let childTicks = 0;
      try {
        const fields = fs
          .readFileSync('/proc/self/stat', 'latin1')
          .replace(/^.*\) /s, '')
          .split(' ');
        childTicks = Number(fields[13]) + Number(fields[14]);
      } catch {
        // Not Linux: what children used is not known.
      }
      fs.writeSync(
        fd,
        `${JSON.stringify({ cpuUs: user + system, childTicks, rssBytes: process.memoryUsage.rss() })}\n`,
      );
    });
  }
}
