// The list of care packages as somebody would write it with AWS's SDK for Node: the same questions, the same answer.
// It is only to be measured beside ours: it does not record who looked, which ours does.

import { createHash } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

const dynamo = new DynamoDBClient({});
const TableName = process.env.TABLE;
const UNITS = { placement: 'Placement', hour: 'Hour', day: 'Day', night: 'Night', visit: 'Visit' };
const FACTOR = 10_000n;

export async function handler(event) {
  const now = new Date().toISOString();
  const today = now.slice(0, 10);
  const token = Object.fromEntries(event.cookies.map((each) => each.trim().split('=', 2)))['__Host-session'];
  const hash = createHash('sha256').update(token).digest('hex');
  const session = await got({ PK: `SESSION#${hash}`, SK: 'SESSION' }, true);
  if (!session || session.ends_at < now) return { statusCode: 401, body: '{}' };
  const { provider, email } = session;
  const looked = { PK: `ACCOUNT#${email}`, SK: `VISIT#${provider}#${today}`, at: now, on: today };
  const [cplis, facts, settings, visits] = await Promise.all([
    listed(`PROVIDER#${provider}`, 'CPLI#'),
    listed(`PROVIDER#${provider}`, 'FACT#'),
    got({ PK: 'SETTINGS', SK: 'SETTINGS' }),
    listed(`ACCOUNT#${email}`, `VISIT#${provider}#`, { ScanIndexForward: false, Limit: 2 }),
    dynamo.send(new PutItemCommand({ TableName, Item: marshall(looked) })),
  ]);
  const services = new Map(facts.filter(({ SK }) => SK.includes('#SERVICE#')).map((it) => [it.service_ref, it]));
  const contracts = new Map(facts.filter(({ SK }) => SK.endsWith('#CONTRACT')).map((it) => [it.contract_ref, it]));
  const lastVisit = visits.find(({ on }) => on < today)?.at ?? null;
  cplis.sort((one, other) => compare(order(one), order(other)));
  const look = { today, lastVisit, historicalAfter: settings.historical_after_days };
  const all = cplis.map((cpli) => row(cpli, services.get(cpli.service_ref), contracts.get(cpli.contract_ref), look));
  const rows = event.queryStringParameters?.include_historical === 'true' ? all : all.filter(({ historical }) => !historical);
  const body = JSON.stringify({ rows, filters: choices(cplis, services), total: rows.length });
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body };
}

async function got(key, ConsistentRead = false) {
  const { Item } = await dynamo.send(new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead }));
  return Item && unmarshall(Item);
}

async function listed(pk, prefix, how = {}) {
  const items = [];
  let ExclusiveStartKey;
  do {
    const page = await dynamo.send(new QueryCommand({
      TableName,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :prefix)',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
      ExclusiveStartKey,
      ...how,
    }));
    items.push(...page.Items.map((item) => unmarshall(item)));
    ExclusiveStartKey = how.Limit ? undefined : page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

const order = ({ client, start_date: start, cpli_id: id }) => [client.surname.toLowerCase(), client.forename.toLowerCase(), client.ss_ref, start, id];
const compare = (one, other) => {
  const at = one.findIndex((part, index) => part !== other[index]);
  if (at < 0) return 0;
  return one[at] < other[at] ? -1 : 1;
};
const nameOf = ({ title, forename, surname }) => [title, forename, surname].filter(Boolean).join(' ');

function row(cpli, service, contract, { today, lastVisit, historicalAfter }) {
  const prices = Object.entries(cpli.prices).sort(([one], [other]) => (one < other ? -1 : 1));
  const until = cpli.end_date && cpli.end_date < today ? cpli.end_date : today;
  const shownOn = until > cpli.start_date ? until : cpli.start_date;
  const price = (prices.findLast(([since]) => since <= shownOn) ?? prices[0])?.[1];
  const end = lastDay(cpli, contract);
  return {
    cpli_id: cpli.cpli_id,
    ss_ref: cpli.client.ss_ref,
    client: nameOf(cpli.client),
    service_ref: service.service_ref,
    service: service.name,
    service_level: cpli.service_level,
    start_date: cpli.start_date,
    end_date: end,
    cost: price ? `£${grouped(weekly(price, service))} weekly` : '-',
    pricing: price ? pricing(price, service) : '-',
    authorised: cpli.authorised,
    contract_ref: cpli.contract_ref,
    changed_at: cpli.changed_at,
    changed_since_last_visit: lastVisit !== null && cpli.changed_at > lastVisit,
    historical: end !== null && later(end, historicalAfter) < today,
    prices: prices.map(([since, it]) => ({ from_date: since, quantity: it.quantity, unit_price: it.unit_price, weekly_cost: weekly(it, service) })),
    contributions: cpli.contributions.map(({ kind, from_date, to_date = null, weekly_amount, collected_by }) => ({ kind, from_date, to_date, weekly_amount, collected_by })),
    absences: Object.entries(cpli.absences).sort().map(([since, { to_date = null, kind, pay_percent }]) => ({ from_date: since, to_date, kind, pay_percent })),
  };
}

function lastDay(cpli, contract) {
  const died = cpli.client.date_of_death;
  const days = [cpli.end_date, died && later(died, contract.grace_days)].filter(Boolean);
  return days.sort()[0] ?? null;
}

function later(day, days) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Ten-thousandths, without a float. */
function exact(text) {
  const [whole, part = ''] = text.split('.');
  return BigInt(whole) * FACTOR + BigInt(part.padEnd(4, '0'));
}

function weekly({ quantity, unit_price: unit }, { price_per: per }) {
  const cost = exact(quantity) * exact(unit) * (per === 'day' ? 7n : 1n);
  const pence = (cost + 500_000n) / 1_000_000n;
  return `${pence / 100n}.${String(pence % 100n).padStart(2, '0')}`;
}

const grouped = (amount) => amount.replace(/\B(?=(\d{3})+\.)/g, ',');

function pricing({ quantity, unit_price: unit }, service) {
  const perDay = service.price_per === 'day' && service.unit !== 'day' ? ' a day' : '';
  const bought = service.purchase === 'block' ? 'Block' : 'Spot';
  return `${quantity} x ${UNITS[service.unit]} at £${grouped(unit)}${perDay} (${bought})`;
}

function choices(cplis, services) {
  const used = new Map(cplis.map((it) => [it.service_ref, services.get(it.service_ref).name]));
  const clients = new Map(cplis.map(({ client }) => [client.ss_ref, client]));
  return {
    services: [...used].map(([ref, name]) => ({ ref, name })).sort((one, other) => compare([one.name], [other.name])),
    clients: [...clients].map(([ss_ref, client]) => ({ ss_ref, name: nameOf(client) })),
    service_levels: [...new Set(cplis.map((it) => it.service_level))].sort(),
  };
}
