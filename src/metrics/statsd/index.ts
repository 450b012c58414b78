export { statsdCollector } from './statsdCollector.ts';
export type { StatsdCall, StatsdCallback, StatsdClientLike, StatsdTags } from './StatsdClientLike.ts';
export type { StatsdCollectorOptions, StatsdFlavour } from './StatsdCollectorOptions.ts';
