// Pages that only say something: help, accessibility, problems, not found.
import { start } from '../page.js';

start(() => undefined);
