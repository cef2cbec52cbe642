"""Where and how the last appointment takes place, beside its hour; those already given are read from their events."""

from django.db import migrations, models


def read_from_events(apps, schema_editor):
    """Copy the place and the manner of each appointment that is awaited."""
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:  # the walls show everything to a named job
            cursor.execute("SELECT set_config('maillage.system', 'referrals.migration', true)")
    uptakes = apps.get_model("referrals", "Uptake").objects
    given = apps.get_model("referrals", "UptakeEvent").objects.filter(kind="APPOINT", uptake__state="APPOINTED")
    for event in given.order_by("uptake", "sequence").iterator(chunk_size=1000):
        uptakes.filter(pk=event.uptake_id).update(
            appointment_place=str(event.data.get("place") or "")[:200],
            appointment_manner=str(event.data.get("manner") or "")[:20],
        )


class Migration(migrations.Migration):
    dependencies = [("referrals", "0005_what_no_text_keeps")]

    operations = [
        migrations.AddField(
            model_name="uptake",
            name="appointment_place",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="uptake",
            name="appointment_manner",
            field=models.CharField(blank=True, db_default="", max_length=20),
        ),
        migrations.RunPython(read_from_events, migrations.RunPython.noop),
    ]
