/** CloudFormation's intrinsic functions, as far as a template alone decides them. */
import { asList, asRecord, asShownText, asText, at } from '../loose.ts';

export interface Template {
  globals: unknown;
  resources: readonly (readonly [string, unknown])[];
  /** Text of a value; `undefined` = only the deployment knows. */
  text(value: unknown): string | undefined;
  /** Text of a value for a person: what cannot be known stays as it is written. */
  shown(value: unknown): string;
}

/** @param document what a template's YAML says */
export const templateOf = (document: unknown): Template => {
  const parameters = asRecord(at(document, 'Parameters'));
  const parameter = (name: string): string | undefined => asText(at(parameters, name, 'Default'));

  const substituted = (value: unknown): { text: string; isWhole: boolean } => {
    const [pattern, given] = Array.isArray(value) ? value : [value, {}];
    let isWhole = true;
    const text = (asText(pattern) ?? '').replace(
      /\$\{(!?)([^${}]{1,200})\}/g,
      (whole, literal: string, name: string) => {
        if (literal) return `\${${name}}`;
        const known = asText(at(given, name.trim())) ?? parameter(name.trim());
        isWhole &&= known !== undefined;
        return known ?? whole;
      },
    );
    return { text, isWhole };
  };

  const text = (value: unknown): string | undefined => {
    const plain = asText(value);
    if (plain !== undefined) return plain;
    const reference = at(value, 'Ref');
    if (typeof reference === 'string') return parameter(reference);
    const pattern = at(value, 'Fn::Sub');
    if (pattern === undefined) return undefined;
    const { text: made, isWhole } = substituted(pattern);
    return isWhole ? made : undefined;
  };

  const shown = (value: unknown): string => {
    const known = text(value);
    if (known !== undefined) return known;
    const reference = at(value, 'Ref') ?? at(value, 'Fn::GetAtt');
    if (reference !== undefined) return asList(reference).map(asShownText).join('.') || asShownText(reference);
    const pattern = at(value, 'Fn::Sub');
    return pattern === undefined ? asShownText(value) : substituted(pattern).text;
  };

  return {
    globals: at(document, 'Globals', 'Function'),
    resources: Object.entries(asRecord(at(document, 'Resources'))),
    text,
    shown,
  };
};
