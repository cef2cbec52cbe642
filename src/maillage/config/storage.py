"""Static files named after their content, so that browsers keep them until they change."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class NamedByContent(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, mild with what was not collected and with maps of sources.

    Before ``collectstatic`` has run a page still shows, under plain names.
    """

    manifest_strict = False
    # A comment sourceMappingURL names a file that packages leave out: it is not followed.
    support_js_module_import_aggregation = False
    patterns = (
        (
            "*.css",
            (
                r"""(?P<matched>url\((?P<quote>['"]{0,1})\s*(?P<url>.*?)(?P=quote)\))""",
                (
                    r"""(?P<matched>@import\s*(?P<quote>["'])\s*(?P<url>.*?)(?P=quote))""",
                    """@import url("%(url)s")""",
                ),
            ),
        ),
    )
