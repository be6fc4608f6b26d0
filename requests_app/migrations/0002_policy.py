"""Requests under policy."""

from django.db import migrations

from portal.tenancy.rls import PutUnderPolicy


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0001_initial"), ("bankfeeds", "0002_policy"), ("links", "0002_policy")]

    operations = [PutUnderPolicy("Request", "RequestLine", "Message", "Answer", "AnswerDocument", "Promise", "Closure")]
