"""The lock of the books of one administration, in a form that answers "busy" instead of breaking the transaction."""

from django.db import migrations

# Longer than lock_timeout of the app role (a colleague's import may be under way), shorter than statement_timeout.
HOLD = """
CREATE FUNCTION hold_books(books uuid) RETURNS boolean LANGUAGE plpgsql SET lock_timeout = '8s' AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('books ' || books::text, 0));
  RETURN true;
EXCEPTION WHEN lock_not_available THEN
  RETURN false;
END $$;
CREATE FUNCTION books_are_held(books uuid) RETURNS boolean LANGUAGE sql AS
 $$ SELECT pg_try_advisory_xact_lock(hashtextextended('books ' || books::text, 0)) $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounting", "0004_grid_places")]

    operations = [
        migrations.RunSQL(HOLD, "DROP FUNCTION hold_books(uuid); DROP FUNCTION books_are_held(uuid);"),
    ]
