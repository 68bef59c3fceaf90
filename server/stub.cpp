namespace chukta {}
