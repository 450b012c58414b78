export { messagePack } from './messagePack.ts';
