"""The shape of infra/template.yaml: what every queue, function, bucket and role in it must have."""

import json
import unittest
from pathlib import Path

from cfnlint.decode.cfn_yaml import load

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = load(str(ROOT / "infra" / "template.yaml"))
RESOURCES = TEMPLATE["Resources"]


def of_type(kind: str) -> dict:
    return {name: resource["Properties"] for name, resource in RESOURCES.items() if resource["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")
QUEUES = of_type("AWS::SQS::Queue")
DEAD_LETTER = {name: queue for name, queue in QUEUES.items() if "RedrivePolicy" not in queue}
WORK = {name: queue for name, queue in QUEUES.items() if "RedrivePolicy" in queue}


def role_of(function: str) -> dict:
    return RESOURCES[FUNCTIONS[function]["Role"]["Fn::GetAtt"][0]]["Properties"]


def statements_of(function: str) -> list[dict]:
    return [statement for policy in role_of(function)["Policies"] for statement in policy["PolicyDocument"]["Statement"]]


def events_of(function: str, kind: str) -> list[dict]:
    return [event["Properties"] for event in FUNCTIONS[function].get("Events", {}).values() if event["Type"] == kind]


def listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


class Functions(unittest.TestCase):
    def test_every_folder_of_functions_is_one_function_of_its_name_and_the_other_way_round(self):
        folders = {folder.name for folder in (ROOT / "functions").iterdir() if (folder / "Cargo.toml").exists()}
        names = {function["FunctionName"]["Fn::Sub"].removeprefix("${AWS::StackName}-") for function in FUNCTIONS.values()}
        bundles = {Path(function["CodeUri"]).stem for function in FUNCTIONS.values()}
        self.assertEqual(folders, names)
        self.assertEqual(folders, bundles)

    def test_every_function_has_a_sample_of_each_event_that_starts_it(self):
        for function in FUNCTIONS.values():
            folder = Path(function["CodeUri"]).stem
            samples = sorted((ROOT / "events").glob(f"{folder}*.json"))
            self.assertTrue(samples, f"events/ has no sample for {folder}")
            for sample in samples:
                self.assertIsInstance(json.loads(sample.read_text()), dict, sample.name)

    def test_every_function_has_a_log_that_is_not_kept_for_ever(self):
        logs = of_type("AWS::Logs::LogGroup")
        for name, function in FUNCTIONS.items():
            self.assertIn("RetentionInDays", logs[function["LoggingConfig"]["LogGroup"]["Ref"]], name)


class Queues(unittest.TestCase):
    def test_every_queue_gives_up_into_a_dead_letter_queue_of_its_own(self):
        targets = [queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] for queue in WORK.values()]
        self.assertTrue(WORK)
        self.assertEqual(sorted(targets), sorted(DEAD_LETTER))
        for name, queue in WORK.items():
            self.assertGreaterEqual(queue["RedrivePolicy"]["maxReceiveCount"], 3, name)

    def test_what_was_given_up_is_kept_as_long_as_sqs_can(self):
        for name, queue in DEAD_LETTER.items():
            self.assertEqual(queue["MessageRetentionPeriod"], 14 * 24 * 3600, name)

    def test_the_first_message_that_was_given_up_rings(self):
        alarms = [alarm for alarm in of_type("AWS::CloudWatch::Alarm").values() if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"]
        watched = {dimension["Value"]["Fn::GetAtt"][0] for alarm in alarms for dimension in alarm["Dimensions"]}
        self.assertEqual(watched, set(DEAD_LETTER))
        for alarm in alarms:
            self.assertEqual((alarm["ComparisonOperator"], alarm["Threshold"]), ("GreaterThanThreshold", 0), alarm["AlarmName"])

    def test_every_queue_starts_one_function_and_gets_back_only_the_messages_that_failed(self):
        started = [(event["Queue"]["Fn::GetAtt"][0], event) for name in FUNCTIONS for event in events_of(name, "SQS")]
        self.assertEqual(sorted(name for name, _ in started), sorted(WORK))
        for name, event in started:
            self.assertEqual(event["FunctionResponseTypes"], ["ReportBatchItemFailures"], name)

    def test_a_message_stays_hidden_for_six_times_what_its_function_may_take(self):
        for name, function in FUNCTIONS.items():
            for event in events_of(name, "SQS"):
                queue = WORK[event["Queue"]["Fn::GetAtt"][0]]
                self.assertGreaterEqual(queue["VisibilityTimeout"], 6 * function["Timeout"], name)

    def test_every_queue_is_encrypted(self):
        for name, queue in QUEUES.items():
            self.assertIs(queue["SqsManagedSseEnabled"], True, name)


class Storage(unittest.TestCase):
    def test_every_bucket_is_encrypted_versioned_and_out_of_public_reach(self):
        for name, bucket in of_type("AWS::S3::Bucket").items():
            self.assertIn("BucketEncryption", bucket, name)
            self.assertEqual(bucket["VersioningConfiguration"]["Status"], "Enabled", name)
            self.assertEqual(set(bucket["PublicAccessBlockConfiguration"].values()), {True}, name)

    def test_every_bucket_refuses_what_is_not_sent_over_tls(self):
        policies = {policy["Bucket"]["Ref"]: json.dumps(policy) for policy in of_type("AWS::S3::BucketPolicy").values()}
        for name in of_type("AWS::S3::Bucket"):
            self.assertIn('{"Bool": {"aws:SecureTransport": "false"}}', policies[name], name)

    def test_what_cannot_be_made_again_outlives_the_stack(self):
        for name in ("Table", "UploadBucket", "DocumentBucket"):
            self.assertEqual((RESOURCES[name]["DeletionPolicy"], RESOURCES[name]["UpdateReplacePolicy"]), ("Retain", "Retain"), name)

    def test_the_table_can_be_restored_to_any_point_in_time(self):
        table = RESOURCES["Table"]["Properties"]
        self.assertIs(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], True)
        condition, in_aws, locally = table["SSESpecification"]["Fn::If"]
        self.assertEqual((condition, in_aws["SSEEnabled"], locally["SSEEnabled"]), ("InAws", True, True))

    def test_the_table_s_secrets_are_sealed_by_a_key_of_the_vault_that_only_the_stack_s_roles_use(self):
        sealed = RESOURCES["Table"]["Properties"]["SSESpecification"]["Fn::If"][1]
        self.assertEqual((sealed["SSEType"], sealed["KMSMasterKeyId"]), ("KMS", {"Fn::GetAtt": ["TableKey", "Arn"]}))
        key = RESOURCES["TableKey"]
        self.assertEqual((key["Condition"], key["DeletionPolicy"], key["UpdateReplacePolicy"]), ("InAws", "Retain", "Retain"))
        self.assertIs(key["Properties"]["EnableKeyRotation"], True)
        _, use = key["Properties"]["KeyPolicy"]["Statement"]
        self.assertTrue(use["Condition"]["StringEquals"]["kms:ViaService"]["Fn::Sub"].startswith("dynamodb."))
        self.assertTrue(use["Condition"]["ArnLike"]["aws:PrincipalArn"]["Fn::Sub"].endswith(":role/${AWS::StackName}-*"))
        self.assertNotIn("kms:*", use["Action"])

    def test_every_file_that_comes_in_is_scanned_and_what_is_not_clean_is_given_to_nobody(self):
        self.assertEqual(TEMPLATE["Parameters"]["ScanFiles"]["Default"], "yes")
        self.assertEqual(TEMPLATE["Conditions"]["ScansFiles"]["Fn::And"][0], {"Condition": "InAws"})
        plan = RESOURCES["ScanPlan"]["Properties"]
        self.assertEqual(plan["ProtectedResource"], {"S3Bucket": {"BucketName": {"Ref": "UploadBucket"}}})
        self.assertEqual(plan["Actions"]["Tagging"]["Status"], "ENABLED")
        bucket = RESOURCES["UploadBucket"]["Properties"]["NotificationConfiguration"]
        self.assertEqual(bucket["EventBridgeConfiguration"]["Fn::If"][:2], ["ScansFiles", {"EventBridgeEnabled": True}])
        said = RESOURCES["UploadBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"][1:]
        read, tag = (statement["Fn::If"][1] for statement in said)
        status = "s3:ExistingObjectTag/GuardDutyMalwareScanStatus"
        self.assertEqual((read["Effect"], read["Principal"], set(read["Action"])), ("Deny", "*", {"s3:GetObject", "s3:GetObjectVersion"}))
        self.assertEqual((read["Condition"]["Null"], read["Condition"]["StringNotEquals"]), ({status: "false"}, {status: "NO_THREATS_FOUND"}))
        self.assertEqual((tag["Effect"], tag["Principal"]), ("Deny", "*"))
        for statement in (read, tag):
            self.assertEqual(statement["Condition"]["ArnNotEquals"], {"aws:PrincipalArn": {"Fn::GetAtt": ["ScanRole", "Arn"]}})


class Roles(unittest.TestCase):
    def test_every_function_has_a_role_of_its_own_and_nothing_comes_with_it(self):
        roles = [function["Role"]["Fn::GetAtt"][0] for function in FUNCTIONS.values()]
        self.assertEqual(len(set(roles)), len(roles))
        for name in FUNCTIONS:
            self.assertEqual(set(role_of(name)), {"AssumeRolePolicyDocument", "Policies"}, name)

    def test_who_may_read_an_object_is_told_when_there_is_none(self):
        """Without the right to list a bucket, S3 answers 403 for what is not there, and the portal could not tell."""
        for name in FUNCTIONS:
            read, listed_in = set(), set()
            for statement in statements_of(name):
                resources = json.dumps(statement["Resource"])
                buckets = {bucket for bucket in of_type("AWS::S3::Bucket") if bucket in resources}
                read |= buckets if any(action.startswith("s3:GetObject") for action in listed(statement["Action"])) else set()
                listed_in |= buckets if listed(statement["Action"]) == ["s3:ListBucket"] else set()
            self.assertEqual(read, listed_in, name)

    def test_a_role_names_its_actions_and_its_resources(self):
        for name in FUNCTIONS:
            for statement in statements_of(name):
                self.assertEqual(statement["Effect"], "Allow", name)
                for action in listed(statement["Action"]):
                    self.assertNotIn("*", action, name)
                for resource in listed(statement["Resource"]):
                    whole = json.dumps(resource)
                    # A name of this stack, and below a bucket the folder whose files are meant.
                    self.assertRegex(whole, r"Fn::GetAtt|\$\{(Upload|Document)Bucket\.Arn\}/[a-z/-]+/(\*/[a-z]+/)?[a-z_]*\*|identity/\$\{Domain\}|configuration-set/\$\{AWS::StackName\}", name)
                    self.assertNotIn('"*"', whole, name)

    def test_no_role_may_scan_the_table_or_delete_a_file(self):
        for name in FUNCTIONS:
            for statement in statements_of(name):
                for action in listed(statement["Action"]):
                    self.assertNotIn(action, {"dynamodb:Scan", "s3:DeleteObject"}, name)

    def test_a_function_may_take_messages_only_from_the_queue_that_starts_it(self):
        """Lambda takes them on its behalf; these are the three things it needs (so the code calls none of them)."""
        for name in FUNCTIONS:
            queues = [event["Queue"] for event in events_of(name, "SQS")]
            taking = [statement for statement in statements_of(name) if "sqs:ReceiveMessage" in listed(statement["Action"])]
            self.assertEqual([statement["Resource"] for statement in taking], queues, name)
            for statement in taking:
                self.assertEqual(sorted(statement["Action"]), ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"])

    def test_a_function_is_told_of_exactly_what_it_may_use(self):
        """Its environment and its role name the same table, buckets and queues."""
        told_by = {"TABLE": "Table", "UPLOAD_BUCKET": "UploadBucket", "DOCUMENT_BUCKET": "DocumentBucket",
                   "PAYMENTS_QUEUE_URL": "PaymentsQueue", "MAIL_QUEUE_URL": "MailQueue", "UPLOADS_QUEUE_URL": "UploadsQueue", "REPORTS_QUEUE_URL": "ReportsQueue", "WEBHOOKS_QUEUE_URL": "WebhooksQueue"}
        everywhere = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
        for name, function in FUNCTIONS.items():
            told = {**everywhere, **function.get("Environment", {}).get("Variables", {})}
            used = json.dumps([statement for statement in statements_of(name) if "sqs:ReceiveMessage" not in statement["Action"]])
            for variable, resource in told_by.items():
                allowed = f'"{resource}"' in used or f"${{{resource}.Arn}}" in used
                self.assertEqual(variable in told, allowed, f"{name}: {variable}")
            self.assertEqual("MAIL_FROM" in told, "ses:SendEmail" in used, name)


class Edge(unittest.TestCase):
    def test_every_page_comes_with_a_policy_that_lets_no_foreign_or_inline_script_run(self):
        policy = RESOURCES["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        csp = policy["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"][0]
        self.assertIn("default-src 'self'", csp)
        self.assertIn("frame-ancestors 'none'", csp)
        self.assertNotIn("unsafe", csp)
        distribution = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
        for behaviour in [distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]]:
            self.assertEqual(behaviour["ResponseHeadersPolicyId"], {"Ref": "SecurityHeaders"})

    def test_pages_may_send_files_to_the_upload_bucket_alone_and_nobody_else_s_pages_may(self):
        policy = RESOURCES["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        csp, origins = policy["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
        self.assertIn("connect-src 'self' ${UploadOrigin};", csp)
        bucket = RESOURCES["UploadBucket"]["Properties"]
        self.assertTrue(origins["UploadOrigin"]["Fn::If"][2]["Fn::Sub"].startswith(f"https://{bucket['BucketName']['Fn::Sub']}.s3."))
        [rule] = bucket["CorsConfiguration"]["CorsRules"]
        self.assertEqual((rule["AllowedMethods"], rule["AllowedOrigins"]), (["POST"], [TEMPLATE["Outputs"]["SiteUrl"]["Value"]]))

    def test_under_a_name_of_the_council_s_own_nothing_older_than_tls_1_2_is_spoken(self):
        distribution = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
        condition, own, _ = distribution["ViewerCertificate"]["Fn::If"]
        self.assertEqual((condition, own["MinimumProtocolVersion"], own["SslSupportMethod"]), ("HasDomain", "TLSv1.2_2021", "sni-only"))
        self.assertEqual(own["AcmCertificateArn"], {"Ref": "CertificateArn"})
        self.assertEqual(distribution["Aliases"]["Fn::If"][:2], ["HasDomain", [{"Ref": "PortalDomain"}]])
        address = TEMPLATE["Outputs"]["SiteUrl"]["Value"]
        self.assertEqual(address["Fn::If"][2]["Fn::If"][:2], ["HasDomain", {"Fn::Sub": "https://${PortalDomain}"}])
        said = [function["Environment"]["Variables"]["SITE_URL"] for function in FUNCTIONS.values() if "SITE_URL" in function.get("Environment", {}).get("Variables", {})]
        self.assertTrue(said and all(each == address for each in said))

    def test_no_answer_of_the_api_is_replaced_by_a_page(self):
        """CloudFront replaces by status, whatever was asked; the API answers 404 and never 403."""
        replaced = [rule["ErrorCode"] for rule in RESOURCES["Distribution"]["Properties"]["DistributionConfig"]["CustomErrorResponses"]]
        self.assertEqual(replaced, [403])

    def test_the_api_logs_no_address_path_or_person(self):
        written = RESOURCES["ApiStage"]["Properties"]["AccessLogSettings"]["Format"]
        for personal in ("identity", "$context.path", "sourceIp", "authorizer", "userAgent"):
            self.assertNotIn(personal, written)


if __name__ == "__main__":
    unittest.main()
