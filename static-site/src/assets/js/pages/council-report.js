// One report over all providers, with its filters in the address.
import { start } from '../page.js';
import { showReport } from '../report-view.js';

start(() => showReport('/api/council/reports'));
