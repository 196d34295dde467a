// One report, with its filters in the address.
import { start } from '../page.js';
import { showReport } from '../report-view.js';

start(() => showReport('/api/reports'));
