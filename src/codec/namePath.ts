/** Where in a value something is: `value.items[2]["first name"]`. */
export function namePath(keys: readonly PropertyKey[], root = 'value'): string {
  return root + keys.map(nameKey).join('');
}

function nameKey(key: PropertyKey): string {
  if (typeof key === 'symbol' || typeof key === 'number') return `[${String(key)}]`;
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
