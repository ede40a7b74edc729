import { CityError, city } from './index.js';

/** For pages without modules: one global of the same two members. */
Object.assign(globalThis, { onecity: { city, CityError } });
