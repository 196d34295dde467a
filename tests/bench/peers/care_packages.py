"""The list of care packages as somebody would write it with boto3: the same questions, the same answer.

It is only to be measured beside ours: it does not record who looked, which ours does.
"""

import datetime
import decimal
import hashlib
import json
import os

import boto3
from boto3.dynamodb.conditions import Key

TABLE = boto3.resource("dynamodb").Table(os.environ["TABLE"])
UNITS = {"placement": "Placement", "hour": "Hour", "day": "Day", "night": "Night", "visit": "Visit"}


def handler(event, _context):
    now = datetime.datetime.now(datetime.UTC)
    today = now.date().isoformat()
    token = dict(each.strip().split("=", 1) for each in event["cookies"])["__Host-session"]
    hashed = hashlib.sha256(token.encode()).hexdigest()
    session = TABLE.get_item(Key={"PK": f"SESSION#{hashed}", "SK": "SESSION"}, ConsistentRead=True).get("Item")
    if not session or session["ends_at"] < now.isoformat():
        return {"statusCode": 401, "body": "{}"}
    provider, email = session["provider"], session["email"]
    cplis = listed(f"PROVIDER#{provider}", "CPLI#")
    facts = listed(f"PROVIDER#{provider}", "FACT#")
    settings = TABLE.get_item(Key={"PK": "SETTINGS", "SK": "SETTINGS"})["Item"]
    visits = listed(f"ACCOUNT#{email}", f"VISIT#{provider}#", ScanIndexForward=False, Limit=2)
    TABLE.put_item(Item={"PK": f"ACCOUNT#{email}", "SK": f"VISIT#{provider}#{today}", "at": now.isoformat(), "on": today})
    services = {it["service_ref"]: it for it in facts if "#SERVICE#" in it["SK"]}
    contracts = {it["contract_ref"]: it for it in facts if it["SK"].endswith("#CONTRACT")}
    last_visit = next((it["at"] for it in visits if it["on"] < today), None)
    look = (today, last_visit, int(settings["historical_after_days"]))
    rows = [row(it, services[it["service_ref"]], contracts[it["contract_ref"]], look) for it in sorted(cplis, key=order)]
    if (event.get("queryStringParameters") or {}).get("include_historical") != "true":
        rows = [it for it in rows if not it["historical"]]
    answer = {"rows": rows, "filters": choices(cplis, services), "total": len(rows)}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(answer)}


def listed(partition, beginning, **how):
    items, start = [], {}
    while True:
        page = TABLE.query(KeyConditionExpression=Key("PK").eq(partition) & Key("SK").begins_with(beginning), **how, **start)
        items += page["Items"]
        if "LastEvaluatedKey" not in page or "Limit" in how:
            return items
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def order(cpli):
    client = cpli["client"]
    return client["surname"].lower(), client["forename"].lower(), client["ss_ref"], cpli["start_date"], cpli["cpli_id"]


def name_of(client):
    return " ".join(it for it in (client.get("title"), client["forename"], client["surname"]) if it)


def row(cpli, service, contract, look):
    today, last_visit, historical_after = look
    end = last_day(cpli, contract)
    prices = sorted(cpli["prices"].items())
    shown_on = max(min(today, cpli.get("end_date") or today), cpli["start_date"])
    price = next((it for since, it in reversed(prices) if since <= shown_on), prices[0][1] if prices else None)
    kept = datetime.timedelta(days=historical_after)
    return {
        "cpli_id": cpli["cpli_id"], "ss_ref": cpli["client"]["ss_ref"], "client": name_of(cpli["client"]),
        "service_ref": service["service_ref"], "service": service["name"], "service_level": cpli["service_level"],
        "start_date": cpli["start_date"], "end_date": end,
        "cost": f"£{weekly(price, service):,} weekly" if price else "-",
        "pricing": pricing(price, service) if price else "-",
        "authorised": cpli["authorised"], "contract_ref": cpli["contract_ref"], "changed_at": cpli["changed_at"],
        "changed_since_last_visit": last_visit is not None and cpli["changed_at"] > last_visit,
        "historical": end is not None and datetime.date.fromisoformat(end) + kept < datetime.date.fromisoformat(today),
        "prices": [{"from_date": since, "quantity": it["quantity"], "unit_price": it["unit_price"], "weekly_cost": str(weekly(it, service))} for since, it in prices],
        "contributions": [{key: it.get(key) for key in ("kind", "from_date", "to_date", "weekly_amount", "collected_by")} for it in cpli["contributions"]],
        "absences": [{"from_date": since, **{key: it.get(key) for key in ("to_date", "kind", "pay_percent")}} for since, it in sorted(cpli["absences"].items())],
    }


def last_day(cpli, contract):
    days = [cpli.get("end_date")]
    if died := cpli["client"].get("date_of_death"):
        grace = datetime.timedelta(days=int(contract["grace_days"]))
        days.append((datetime.date.fromisoformat(died) + grace).isoformat())
    return min((it for it in days if it), default=None)


def weekly(price, service):
    cost = decimal.Decimal(price["quantity"]) * decimal.Decimal(price["unit_price"])
    cost = cost * 7 if service["price_per"] == "day" else cost
    return cost.quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP)


def pricing(price, service):
    per_day = " a day" if service["price_per"] == "day" and service["unit"] != "day" else ""
    amount = f"£{decimal.Decimal(price['unit_price']):,}{per_day}"
    return f"{price['quantity']} x {UNITS[service['unit']]} at {amount} ({service['purchase'].capitalize()})"


def choices(cplis, services):
    used = {it["service_ref"]: services[it["service_ref"]]["name"] for it in cplis}
    clients = {it["client"]["ss_ref"]: it["client"] for it in cplis}
    by_name = sorted(clients.items(), key=lambda it: (it[1]["surname"].lower(), it[1]["forename"].lower(), it[0]))
    return {
        "services": [{"ref": ref, "name": name} for ref, name in sorted(used.items(), key=lambda it: it[1])],
        "clients": [{"ss_ref": ref, "name": name_of(client)} for ref, client in by_name],
        "service_levels": sorted({it["service_level"] for it in cplis}),
    }
