export { open } from './outside/index.js';
