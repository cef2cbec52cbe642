from django.db import migrations, models
from django.db.models import Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce


def repeat_what_lists_need(apps, schema_editor):
    """Copy the organisation and the location out of what each version says."""
    versions = apps.get_model('catalogue', 'CatalogueRecord').objects.using(schema_editor.connection.alias)
    for name in ('organisation', 'location'):
        said = Coalesce(KT(f'content__{name}'), Value(''), output_field=models.TextField())
        versions.update(**{name: said})
    # Only what differs from the default is written: the key is there when it is true.
    versions.filter(content__has_key='for_employers').update(for_employers=True)


def sort_as_keys_do(apps, schema_editor):
    """Sort byte by byte: keys are made so that this is the French order, whatever the language of the server."""
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute('ALTER TABLE catalogue_cataloguerecord ALTER sort_key TYPE varchar(255) COLLATE "C"')


class Migration(migrations.Migration):
    # PostgreSQL makes no index on a table whose rows the same transaction has just rewritten.
    atomic = False

    dependencies = [
        ('catalogue', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='cataloguerecord',
            name='catalogue_list',
        ),
        migrations.RemoveIndex(
            model_name='cataloguerecord',
            name='catalogue_municipality',
        ),
        migrations.AddField(
            model_name='cataloguerecord',
            name='organisation',
            field=models.CharField(blank=True, default='', max_length=255),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='cataloguerecord',
            name='location',
            field=models.CharField(blank=True, default='', max_length=255),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='cataloguerecord',
            name='for_employers',
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(sort_as_keys_do, migrations.RunPython.noop),
        migrations.RunPython(repeat_what_lists_need, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='cataloguerecord',
            index=models.Index(condition=models.Q(('superseded_in', None)), fields=['kind', 'sort_key', 'record_id', 'valid_from', 'valid_until', 'search_key'], name='catalogue_walk'),
        ),
        migrations.AddIndex(
            model_name='cataloguerecord',
            index=models.Index(fields=['kind', 'municipality', 'sort_key', 'record_id'], name='catalogue_municipality'),
        ),
        migrations.AddIndex(
            model_name='cataloguerecord',
            index=models.Index(condition=models.Q(('superseded_in', None)), fields=['kind', 'organisation', 'sort_key', 'record_id'], name='catalogue_organisation'),
        ),
        migrations.AddIndex(
            model_name='cataloguerecord',
            index=models.Index(condition=models.Q(('superseded_in', None)), fields=['kind', 'location', 'sort_key', 'record_id'], name='catalogue_location'),
        ),
        migrations.AddIndex(
            model_name='cataloguerecord',
            index=models.Index(condition=models.Q(('for_employers', True), ('superseded_in', None)), fields=['kind', 'sort_key', 'record_id', 'municipality'], name='catalogue_employers'),
        ),
    ]
