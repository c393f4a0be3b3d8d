/** What commands are made of: tables of options, one piece of code that reads them, and text made fit for a terminal. */
export { cells, toWidth, truncate } from './cells.ts';
export { clean, cleanAscii } from './clean.ts';
export { type Call, type Command, command, type Program, type Sections } from './command.ts';
export { type Config, configFileName, readConfig, readPersonal } from './config.ts';
export { type OptionSpec, type OptionTable, pick, type Read, type Values } from './option.ts';
export { chosenFrom, httpUrl, isHttpUrl, isOn, plainText, quoted, wholeNumber } from './readers.ts';
export { type Inputs, resolveOptions } from './resolve.ts';
export { runProgram } from './run.ts';
export { type StopSignal, stopSignal } from './stop-signal.ts';
export { usage } from './usage.ts';
