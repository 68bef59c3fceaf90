namespace chukta::page {}
