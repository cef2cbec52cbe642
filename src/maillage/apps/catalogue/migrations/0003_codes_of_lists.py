import django.db.models.deletion
from django.db import migrations, models

CODE_LENGTH = 120
READ_AT_ONCE = 2000


def sort_as_keys_do(apps, schema_editor):
    """Sort byte by byte, as the versions do."""
    if schema_editor.connection.vendor == 'postgresql':
        schema_editor.execute('ALTER TABLE catalogue_cataloguecode ALTER sort_key TYPE varchar(255) COLLATE "C"')


def fill(apps, schema_editor):
    """Write the codes of the versions believed now."""
    alias = schema_editor.connection.alias
    versions = apps.get_model('catalogue', 'CatalogueRecord').objects.using(alias).filter(superseded_in=None)
    code_model = apps.get_model('catalogue', 'CatalogueCode')
    last = 0
    # Stretch by stretch: reading goes on while nothing is written.
    while stretch := list(versions.filter(pk__gt=last).order_by('pk')[:READ_AT_ONCE]):
        last = stretch[-1].pk
        code_model.objects.using(alias).bulk_create(
            code_model(
                version_id=version.pk,
                code=code,
                kind=version.kind,
                sort_key=version.sort_key,
                record_id=version.record_id,
                valid_from=version.valid_from,
                valid_until=version.valid_until,
            )
            for version in stretch
            for code in sorted(codes_of(version.kind, version.content))
        )


def codes_of(kind, content):
    themes = content.get('themes', ())
    declared = {
        'kind': content.get('place_kinds' if kind == 'SERVICE' else 'kinds', ()),
        'network': content.get('networks', ()),
        'theme': (*themes, *(theme.partition('--')[0] for theme in themes)),
    }
    found = {f'{name}:{code}' for name, codes in declared.items() for code in codes}
    return {code for code in found if len(code) <= CODE_LENGTH}


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_columns_of_lists'),
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogueCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='catalogue.cataloguerecord')),
                ('code', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('ORGANISATION', 'Organisation'), ('ACCESS_POINT', 'Access Point'), ('SERVICE', 'Service')], max_length=12)),
                ('sort_key', models.CharField(max_length=255)),
                ('record_id', models.CharField(max_length=255)),
                ('valid_from', models.DateField(null=True)),
                ('valid_until', models.DateField(null=True)),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['code', 'kind', 'sort_key', 'record_id', 'valid_from', 'valid_until', 'version'], name='catalogue_code_walk'), models.Index(fields=['version', 'code'], name='catalogue_code_version')],
            },
        ),
        migrations.RunPython(sort_as_keys_do, migrations.RunPython.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
