namespace http {}
