/** Exit code of the engine's child process when its packages are not installed or do not fit this machine. */
export const engineMissingCode = 90;
