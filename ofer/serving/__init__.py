"""Web server: the inferencer behind an address, with a page for the browser (extra ``web``)."""
