/** Loads what needs an optional package, and says what to install where that is missing. */
export async function importPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: string };
    if (code !== 'ERR_MODULE_NOT_FOUND' || message?.includes(`'${name}'`) !== true) throw error;
    throw new Error(`${name} is not installed here. Install it where you run this command: npm install ${name}`, {
      cause: error,
    });
  }
}
