/** Leaves out what was not given, so that "absent" means one thing only. */
type Given<T extends object> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

export const given = <T extends object>(values: T): Given<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
