export { follow } from './appearance.js';
