import { InvalidArgumentError } from 'commander';
import { asyncScheduler } from 'rxjs';

const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

const DAY_LENGTH = 'YYYY-MM-DD'.length;

/** A day that a month does not have would be taken for one of the next. */
const isDay = (day: string) => new Date(day).toISOString().startsWith(day);

/** Whether a text is meant as a time. */
export const isTimeLike = (given: string): boolean => /^\d{4}-/.test(given);

/** Reads a time as ISO 8601 has it: with its zone, or a day alone, which begins at midnight UTC. Kinesis takes none of the future. */
export function parseTime(given: string): Date {
  const time = new Date(given);
  if (!TIME.test(given) || Number.isNaN(time.getTime()) || !isDay(given.slice(0, DAY_LENGTH))) {
    throw new InvalidArgumentError(
      'It must be a time with its zone, such as 2026-02-03T04:05:06Z or 2026-02-03T04:05+01:00, or a day in UTC, such as 2026-02-03.',
    );
  }
  const now = asyncScheduler.now();
  if (time.getTime() < 0 || time.getTime() > now) {
    throw new InvalidArgumentError(`It must be from 1970 to now, which is ${new Date(now).toISOString()}.`);
  }
  return time;
}
