/** Frames follow each other with mostly the same in them: what was made of the same is not made again. */

/** @returns `make` that gives its last result again when it is asked for the same, argument by argument */
export function once<Given extends readonly unknown[], Made>(
  make: (...given: Given) => Made,
): (...given: Given) => Made {
  let last: { given: Given; made: Made } | undefined;
  return (...given) => {
    const { made } = last?.given.every((one, at) => Object.is(one, given[at])) ? last : { made: make(...given) };
    last = { given, made };
    return made;
  };
}
