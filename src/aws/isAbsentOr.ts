/** Whether a field of a JSON object is missing, null, or of the type. */
export function isAbsentOr(type: 'string' | 'number', value: unknown): boolean {
  return value === undefined || value === null || typeof value === type;
}
