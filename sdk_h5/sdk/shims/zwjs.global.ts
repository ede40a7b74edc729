import type { City } from '../src/create.js';
import { createMgop } from './mgop.js';
import { createBridge } from './zwjs.js';

const page = window as Window & { onecity?: { city: City }; ZWJSBridge?: unknown; mgop?: unknown };
if (!page.onecity) throw new Error('Load onecity.iife.js first.');
const mgop = createMgop(page.onecity.city);
page.mgop = mgop;
page.ZWJSBridge = createBridge(page.onecity.city, mgop, page);
