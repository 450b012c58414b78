/** What went wrong, as one line. An error of connections to several addresses has its messages in their errors only. */
export function failureLine(error: unknown): string {
  // Here nobody calls for ever.
  return saidBy(error)
    .replaceAll(' The call is repeated.', '')
    .replace(/\s*\n\s*/g, ' ');
}

function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  const parts = error instanceof AggregateError ? error.errors.map(saidBy) : [];
  const { code } = error as { readonly code?: string };
  return parts.length > 0 ? parts.join('; ') : (code ?? error.name);
}
