/** Long lists are asked for page by page, while what they are made of goes on changing. */

export interface Page<Answer, Place> {
  answer: Answer;
  /** Where the next page begins; `null` = nothing comes behind this one. */
  next: Place | null;
}

/** Where a page of a ranked list begins. */
export interface RankedPlace {
  /** So many come before it, in the list that the page before was cut from. */
  offset: number;
  /** Marks of the last of these, by which they are found again where they stand now. */
  before: readonly string[];
  /** Marks of the first that the page before did not show. */
  behind: readonly string[];
}

/** Which part of a ranked list is asked for. */
export interface RankedPart {
  /** Most items of a page. */
  limit: number;
  /** Absent = from the first on. */
  from?: RankedPlace;
}
