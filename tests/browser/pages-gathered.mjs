// The pages that gather what there is of a provider or a client, in their main states.

import * as data from './mock/data.mjs';
import * as gathered from './mock/gathered.mjs';

const { problem } = data;
const done = '[data-region]:not([aria-busy])';

const states = [
  {
    name: 'providers and clients', path: '/council/provider/', ready: done,
    states: [
      { name: 'nothing sought', ready: 'text=Find the provider first' },
      { name: 'found', path: '/council/provider/?q=meadow', ready: 'text=2 providers' },
    ],
  },
  {
    name: 'provider', path: '/council/provider/?provider=P1002', ready: done,
    states: [
      { name: 'for an auditor', ready: 'text=1 row of 23' },
      { name: 'for somebody who may see little', answers: { 'GET /api/session': gathered.configuration, 'GET /api/council/provider/P1002': gathered.little }, ready: 'text=2 rows' },
      { name: 'down', answers: { 'GET /api/council/provider/P1002': problem(503, 'unavailable') }, ready: 'text=Try again' },
      { name: 'not there', answers: { 'GET /api/council/provider/P1002': problem(404, 'not-found', 'There is nothing here.') }, ready: 'text=cannot be found' },
    ],
  },
  {
    name: 'client', path: '/council/client/?client=A272433', ready: done,
    states: [
      { name: 'in care', ready: 'text=1 at £865.46' },
      { name: 'who died', answers: { 'GET /api/council/client/A272433': gathered.died }, ready: 'text=Nobody' },
      { name: 'nobody sought', path: '/council/client/', ready: 'text=Say whom you look for' },
      { name: 'not there', answers: { 'GET /api/council/client/A272433': problem(404, 'not-found', 'There is nothing here.') }, ready: 'text=cannot be found' },
    ],
  },
];

export const pages = states.map((each) => ({ ...each, who: 'council', states: each.states.map((state) => ({ ...state, answers: { 'GET /api/session': gathered.auditor, ...state.answers } })) }));
