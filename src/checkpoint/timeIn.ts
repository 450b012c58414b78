/** The time that a text of milliseconds since 1970 names; undefined where it names none, or one beyond the range of a Date. */
export function timeIn(text: string | undefined): Date | undefined {
  if (text === undefined || !/^-?\d+$/.test(text)) return undefined;
  const time = new Date(Number(text));
  return Number.isNaN(time.getTime()) ? undefined : time;
}
