export { readPhone, readPrecise, readShare } from './device.js';
export { readOpen } from './places.js';
export { readQueuedCall, readSettled } from './queue.js';
export { readFinish, readIntent, readRating, readScopes, readTopic } from './requests.js';
export { readKey, readStored, STORAGE_BYTES } from './storage.js';
export { readLoading, readQuestion, readSheet, readSwitch, readText } from './ui.js';
