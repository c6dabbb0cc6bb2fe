"""kgrec over HTTP: routes that parse a request, make one library call, and answer."""
