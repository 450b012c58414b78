import { serviceError } from './serviceError.ts';

/** What the service asks of a member of a request. */
export interface MemberRule {
  readonly is: 'String' | 'Integer' | 'Boolean' | 'Timestamp' | 'Blob' | 'List' | 'Map' | 'Structure';
  readonly required?: boolean;
  /** Must match as a whole. */
  readonly pattern?: string;
  /** Least value of a number; least length of anything else. */
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
  /** The elements of a list, or the values of a map. */
  readonly of?: MemberRule;
  /** The members of a structure. */
  readonly members?: MemberRules;
}

export type MemberRules = Readonly<Record<string, MemberRule>>;

const JSON_TYPES: Partial<Record<string, string>> = {
  number: 'NUMBER_VALUE',
  string: 'STRING_VALUE',
  boolean: 'TRUE_VALUE',
};
const MAX_LISTED = 10;

/**
 * Checks a request as the service does before it looks at anything else, and lists every broken constraint.
 *
 * Returns it without the members that are null, which are the same as none.
 *
 * @throws SerializationException for a member of another type; ValidationException for broken constraints.
 */
export function checkInput(input: Readonly<Record<string, unknown>>, rules: MemberRules): object {
  const broken: string[] = [];
  checkMembers(input, rules, '', broken);
  if (broken.length === 0) return withoutNulls(input) as object;
  const listed = broken.slice(0, MAX_LISTED);
  throw serviceError(
    'ValidationException',
    `${listed.length} validation error${listed.length > 1 ? 's' : ''} detected: ${listed.join('; ')}`,
  );
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isStructure(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]));
}

function checkMembers(
  input: Readonly<Record<string, unknown>>,
  rules: MemberRules,
  path: string,
  broken: string[],
): void {
  for (const name in rules) {
    const rule = rules[name];
    if (rule) checkMember(input[name], rule, `${path}${name.charAt(0).toLowerCase()}${name.slice(1)}`, broken);
  }
}

function checkMember(value: unknown, rule: MemberRule, path: string, broken: string[]): void {
  if (value === undefined || value === null) {
    if (rule.required) broken.push(failed('null', path, 'Member must not be null'));
    return;
  }
  checkType(value, rule);
  const size = sizeOf(value);
  const isNumber = typeof value === 'number';
  if (rule.min !== undefined && size < rule.min) {
    const least = `${isNumber ? 'value' : 'length'} greater than or equal to ${rule.min}`;
    broken.push(failed(shown(value), path, `Member must have ${least}`));
  }
  if (rule.max !== undefined && size > rule.max) {
    const most = `${isNumber ? 'value' : 'length'} less than or equal to ${rule.max}`;
    broken.push(failed(shown(value), path, `Member must have ${most}`));
  }
  if (rule.pattern !== undefined && !(typeof value === 'string' && patternOf(rule.pattern).test(value))) {
    broken.push(failed(shown(value), path, `Member must satisfy regular expression pattern: ${rule.pattern}`));
  }
  if (rule.values && !(typeof value === 'string' && rule.values.includes(value))) {
    broken.push(failed(shown(value), path, `Member must satisfy enum value set: [${rule.values.join(', ')}]`));
  }
  if (rule.members) checkMembers(value as Record<string, unknown>, rule.members, `${path}.`, broken);
  if (rule.of) checkElements(value, rule.of, path, broken);
}

function checkElements(holder: object, rule: MemberRule, path: string, broken: string[]): void {
  for (const [key, element] of Object.entries(holder)) {
    if (element === undefined || element === null) throw serialization('null found where not expected.');
    checkMember(element, rule, `${path}.${Array.isArray(holder) ? Number(key) + 1 : key}.member`, broken);
  }
}

function checkType(value: unknown, { is }: MemberRule): void {
  if (isA[is](value)) return;
  if (Array.isArray(value)) throw serialization('Start of list found where not expected');
  if (typeof value === 'object') throw serialization('Start of structure or map found where not expected.');
  const given = value === false ? 'FALSE_VALUE' : (JSON_TYPES[typeof value] ?? 'VALUE');
  throw serialization(`${given} cannot be converted to ${is}`);
}

const isStructure = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Uint8Array) &&
  !(value instanceof Date);

export const isA: Readonly<Record<MemberRule['is'], (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string',
  Integer: Number.isInteger,
  Boolean: (value) => typeof value === 'boolean',
  Timestamp: (value) => typeof value === 'number' || value instanceof Date,
  Blob: (value) => value instanceof Uint8Array,
  List: Array.isArray,
  Map: isStructure,
  Structure: isStructure,
};

const serialization = (message: string) => serviceError('SerializationException', message);

const failed = (value: string, path: string, constraint: string) =>
  `Value ${value} at '${path}' failed to satisfy constraint: ${constraint}`;

export function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return Object.keys(value as object).length;
}

function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `'java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]'`;
  if (Array.isArray(value)) return `'[${value.length} members]'`;
  return `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
}

const patterns = new Map<string, RegExp>();

export function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (!pattern) patterns.set(source, (pattern = new RegExp(`^(?:${source})$`)));
  return pattern;
}
