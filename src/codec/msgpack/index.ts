export { messagePack, type MessagePackOptions } from './messagePack.ts';
