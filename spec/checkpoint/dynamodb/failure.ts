/** What a Promise rejects with; fails if it does not. */
export async function failure(work: Promise<unknown>): Promise<Error & { readonly retryable?: boolean }> {
  const outcome: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error('it did not fail');
}
