"""Back-up and restore: one folder that holds a whole installation, and proof that it does.

    manifest.json      when, which version and migrations; per table its rows and a sum over their contents
    database.dump      pg_dump's custom format, made as the operations role
    documents/…        every paper and its page images, under the names they have here
    documents.sha256   their hashes, as `sha256sum --check` reads them
    SHA256SUMS         the hashes of the three files above; written last

The order is the point. The database is dumped first, then the files its rows name are copied: a file is written
before its row and never changed or removed afterwards, so every row in the dump finds its file. The other way round,
a paper that came in between the two would have a row and no file. One exported snapshot serves the dump, the counts
and the list of files, so that they speak of the same moment however busy the portal is.

The operations role is the only one that can: for the owner, row-level security holds too, and a dump under it can be
empty and succeed. Rows are counted on both sides because of that.
"""


class BackupProblem(Exception):
    """A back-up that cannot be made, trusted or put back; the sentence says why and what to do."""
